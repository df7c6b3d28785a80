import 'reflect-metadata';
import { PublishExecutor } from './publish.executor.js';

// Loaded into a worker before its main, to show that the chaos harness sees what reconciling prevents: after a publishing call whose
// answer was lost the container is not asked, it is taken for lost, and another one is made.

const perform: PublishExecutor['perform'] = Reflect.get(PublishExecutor.prototype, 'perform');

PublishExecutor.prototype.perform = async function performWithoutAsking(target, action, passage, parking) {
  if (action.kind === 'confirm') return { kind: 'status', status: { state: 'expired' } };
  return perform.call(this, target, action, passage, parking);
};
