export { AccountsModule } from './accounts.module.js';
export { AccountsApiModule } from './accounts-api.module.js';
export { AccountsWorkerModule } from './accounts-worker.module.js';
export { openAccountsAdmin, type AccountsAdmin, type AdminConnection, type DemoAccount } from './accounts-admin.js';
export { generateApiKey } from './api-key.js';
export { Caller, type CallerIdentity } from './caller.js';
export { Needs, NEEDS_METADATA } from './needs.decorator.js';
export { GroupQuery, IdParam } from './profile.dto.js';
export { findTokenFault, ProfileService, type ProfileIdentity } from './profile.service.js';
