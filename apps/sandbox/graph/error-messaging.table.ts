import type { ErrorRow } from './error-row.js';

const type = 'IGApiException';
const OUTSIDE = '(#10) This message is sent outside of allowed window.';

/**
 * §2.5, where it has rows of its own (2 and 3 stand elsewhere). On Instagram's messaging the `type` is `IGApiException`
 * (§2.1). HTTP statuses are not documented; codes 10 and 200–299 are 403 here as everywhere else.
 */
export const MESSAGING_ERRORS = {
  '1/99': { message: 'An unknown error has occurred.', type },
  '1/1357046': { message: 'Received Invalid JSON reply', type },
  '2/1545133': { message: 'Message failed to send because of a temporary failure', is_transient: true, type },
  '10/1893063': { message: '(#10) This account is temporarily restricted from sending messages', status: 403, type },
  '10/2018065': { message: `${OUTSIDE} A special permission is needed.`, status: 403, type },
  '10/2018108': { message: '(#10) This Person Cannot Receive Messages: This person isn\'t receiving messages from you right now.', status: 403, type },
  '10/2018278': { message: OUTSIDE, status: 403, type },
  '10/2534022': { message: OUTSIDE, status: 403, type },
  '100/2018047': { message: '(#100) Upload attachment failure.', type },
  '100/2534001': { message: '(#100) The thread is archived or deleted', type },
  '100/2534013': { message: '(#100) The limit of private replies is reached', type },
  '100/2534014': { message: '(#100) The requested user cannot be found', type },
  '100/2534015': { message: '(#100) Invalid message data', type },
  '100/2534025': { message: '(#100) The comment is invalid for a private reply', type },
  '100/2534029': { message: '(#100) The account is blocked from the Instagram messaging API', type },
  '100/2534037': { message: '(#100) Another app controls this thread now', type },
  // The reference gives no code for this subcode; 100 is that of all other faults of a message's form.
  '100/2534068': { message: '(#100) Sending several images is not enabled for this account', type },
  '200/1545041': { message: '(#200) This person isn\'t available right now.', status: 403, type },
  '551/1545041': { message: '(#551) This person isn\'t available right now.', type },
  '200/2534041': { message: '(#200) The account owner has disabled access to instagram direct messages', status: 403, type },
  '230': { message: '(#230) User consent is required to access user profile', status: 403, type },
  '613/2534040': { message: '(#613) Too many messages were sent in a short time', is_transient: true, type },
  '10900': { message: '(#10900) Activity already replied to', type },
  '10901': { message: '(#10901) Activity is too old to be replied to', type },
  '10902': { message: '(#10902) Activity is not replyable', type },
  '10903': { message: '(#10903) User cannot reply to this activity', type },
} satisfies Record<string, ErrorRow>;
