import type { ErrorRow } from './error-row.js';

const TOKEN = 'Error validating access token: ';
const WAIT = 'Wait a bit and try again. For more info, please refer to https://developers.facebook.com/docs/graph-api/overview/rate-limiting.';

/** §2.4, and the permission rows of §2.3; those from 201 to 299 are one row, `PERMISSION_ERROR`. */
export const ACCESS_ERRORS = {
  '3': { message: '(#3) Application does not have the capability to make this API call.' },
  '10': { message: '(#10) Application does not have permission for this action', status: 403 },
  '17': { message: '(#17) User request limit reached', is_transient: true },
  '32': { message: '(#32) Page request limit reached', is_transient: true },
  '102': { message: 'Session key invalid or no longer valid', status: 401 },
  '190': { message: 'Invalid OAuth access token - Cannot parse access token' },
  '190/458': { message: `${TOKEN}The user has not authorized application.`, status: 401 },
  '190/459': { message: `${TOKEN}You cannot access the app till you log in to www.instagram.com and follow the instructions given.`, status: 401 },
  '190/460': { message: `${TOKEN}The session has been invalidated because the user changed their password.`, status: 401 },
  '190/463': { message: `${TOKEN}Session has expired.`, status: 401 },
  '190/464': { message: `${TOKEN}Sessions for the user are not allowed because the user is not a confirmed user.`, status: 401 },
  '190/467': { message: `${TOKEN}The session is invalid because the user logged out.`, status: 401 },
  '190/490': { message: `${TOKEN}The user is enrolled in a blocking, logged-in checkpoint.`, status: 401 },
  '190/492': { message: `${TOKEN}The user has no role on the Page.`, status: 401 },
  '200': { message: '(#200) Permissions error', status: 403 },
  '341': { message: '(#341) Application limit reached', is_transient: true },
  '368': { message: '(#368) The action attempted has been deemed abusive or is otherwise disallowed', title: 'Temporarily blocked', user_msg: 'You are temporarily blocked from performing this action.' },
  '506': { message: '(#506) Duplicate status message', type: 'FacebookApiException' },
  '613': { message: '(#613) Calls to this api have exceeded the rate limit.', is_transient: true },
  '613/1996': { message: '(#613) Calls to this api have exceeded the rate limit: the volume is irregular.', is_transient: true },
  '2500': { message: 'Unknown path components' },
  '80000': { message: `(#80000) There have been too many calls from this ad account. ${WAIT}`, is_transient: true },
  '80001': { message: `(#80001) There have been too many calls to this Page account. ${WAIT}`, is_transient: true },
  '80002': { message: `(#80002) There have been too many calls to this Instagram account. ${WAIT}`, is_transient: true },
  '80003': { message: `(#80003) There have been too many custom audience calls. ${WAIT}`, is_transient: true },
  '80004': { message: `(#80004) There have been too many calls to this ad account. ${WAIT}`, is_transient: true },
  '80004/2446079': { message: `(#80004) There have been too many calls to this ad account. ${WAIT}`, is_transient: true },
  '80005': { message: `(#80005) There have been too many leadgen calls to this Page account. ${WAIT}`, is_transient: true },
  '80006': { message: `(#80006) There have been too many Messenger calls to this Page account. ${WAIT}`, is_transient: true },
  '80008': { message: `(#80008) There have been too many calls to this WhatsApp Business account. ${WAIT}`, is_transient: true },
  '80009': { message: `(#80009) There have been too many calls to this catalog account. ${WAIT}`, is_transient: true },
  '80014': { message: `(#80014) There have been too many batch uploads to this catalog account. ${WAIT}`, is_transient: true },
  '1609005': { message: '(#1609005) The link could not be scraped', title: 'Link not readable', user_msg: 'The link you provided could not be read.', type: 'FacebookApiException' },
} satisfies Record<string, ErrorRow>;

/** §2.3: `200–299`, each of which is a missing or removed permission. Which permission each number means is not in the reference. */
export const PERMISSION_ERROR = { message: 'Permissions error', status: 403 } satisfies ErrorRow;
