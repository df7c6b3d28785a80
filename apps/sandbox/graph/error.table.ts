/**
 * Every error of the reference that the sandbox can answer, keyed `code` or `code/subcode` (§2.3, §2.4; §2.5 will follow
 * with messaging). The rules throw from here and faults take their presets from here. HTTP status: "mostly 400 for
 * everything, 403 for some permission codes, 401/429/5xx possible" (§2.1).
 */
export interface ErrorRow {
  message: string;
  title?: string;
  user_msg?: string;
  status?: number;
  is_transient?: boolean;
  type?: string;
}

const TOKEN = 'Error validating access token: ';

export const ERROR_TABLE = {
  '-2/2207003': { message: 'Timeout', title: 'Download timed out', user_msg: 'It takes too long to download the media.', is_transient: true },
  '-2/2207020': { message: 'Media expired', title: 'Media expired', user_msg: 'The media you are trying to access has expired. Please try to upload again.' },
  '-1/2207001': { message: 'Fatal', title: 'Server error', user_msg: 'Instagram server error. Try again.', status: 500, is_transient: true },
  '-1/2207032': { message: 'Create media fail', title: 'Create media fail', user_msg: 'Create media fail, please try to re-create media.', is_transient: true },
  '-1/2207053': { message: 'Unknown upload error', title: 'Unknown upload error', user_msg: 'Unknown error when uploading media.' },
  '-1/2207073': { message: 'Unsupported media type', title: 'Cannot delete', user_msg: 'This type of media cannot be deleted.' },
  '1': { message: 'An unknown error occurred', status: 500 },
  '1/2207057': { message: 'Invalid thumbnail offset', title: 'Thumbnail offset invalid', user_msg: 'The thumbnail offset must be greater than or equal to 0 and less than the video duration.' },
  '2': { message: 'Service temporarily unavailable', status: 500, is_transient: true },
  '3': { message: '(#3) Application does not have the capability to make this API call.' },
  '4': { message: '(#4) Application request limit reached', is_transient: true },
  '4/2207051': { message: 'Application request limit reached', title: 'Action is blocked', user_msg: 'We restrict certain activity to protect our community. Tell us if you think we made a mistake.' },
  '9/2207042': { message: '(#9) The user has reached the maximum number of posts published', title: 'Limit reached', user_msg: 'You reached the maximum number of posts that is allowed to be published by Content Publishing API.' },
  '10': { message: '(#10) Application does not have permission for this action', status: 403 },
  '17': { message: '(#17) User request limit reached', is_transient: true },
  '24/2207006': { message: 'The requested resource does not exist', title: 'Media not found', user_msg: 'The media with the given ID cannot be found, or you have no permission for it.' },
  '24/2207008': { message: 'The requested resource does not exist', title: 'Media builder expired or not found', user_msg: 'The media builder with the given creation id does not exist or has expired.', is_transient: true },
  '25/2207050': { message: '(#25) The Instagram account is restricted', title: 'Account restricted', user_msg: 'The Instagram professional account is inactive, checkpointed, or restricted.' },
  '32': { message: '(#32) Page request limit reached', is_transient: true },
  '100': { message: '(#100) Invalid parameter' },
  '100/33': { message: 'Unsupported request', type: 'GraphMethodException' },
  '100/2207018': { message: '(#100) Invalid user', title: 'Invalid user', user_msg: 'A tagged user or collaborator does not exist or does not allow this.' },
  '100/2207023': { message: '(#100) Unknown media type', title: 'Media type unknown', user_msg: 'The media type is unknown.' },
  '100/2207028': { message: '(#100) Invalid carousel', title: 'Invalid carousel', user_msg: 'A carousel must have between 2 and 10 items.' },
  '100/2207035': { message: '(#100) Product tag position not allowed', user_msg: 'Product tag positions must not be given for videos.' },
  '100/2207036': { message: '(#100) Product tag position missing', user_msg: 'Product tag positions are required for photos.' },
  '100/2207037': { message: '(#100) Invalid product tags', user_msg: 'One or more of the product tags are invalid.' },
  '100/2207040': { message: '(#100) Too many tags', title: 'Too many tags', user_msg: 'You cannot use more than 20 @ tags.' },
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
  '352/2207026': { message: '(#352) The video format is not supported', title: 'Unsupported format', user_msg: 'The video format is not supported. Please check the spec for supported formats.' },
  '368': { message: '(#368) The action attempted has been deemed abusive or is otherwise disallowed', title: 'Temporarily blocked', user_msg: 'You are temporarily blocked from performing this action.' },
  '506': { message: '(#506) Duplicate status message' },
  '613': { message: '(#613) Calls to this api have exceeded the rate limit.', is_transient: true },
  '613/1996': { message: '(#613) Calls to this api have exceeded the rate limit.', is_transient: true },
  '2500': { message: 'Unknown path components' },
  '9004/2207052': { message: 'Only photo or video can be accepted as media type.', title: 'Media download failed', user_msg: 'The media could not be fetched from this URI.' },
  '9007/2207027': { message: 'Media ID is not available', title: 'Media not ready', user_msg: 'The media is not ready for publishing, please wait for a moment.' },
  '36000/2207004': { message: 'The image is too large', title: 'Image too large', user_msg: 'The image is too large to download. It should be less than 8 MiB.' },
  '36001/2207005': { message: 'The image format is not supported', title: 'Image format unsupported', user_msg: 'The image format is not supported. Please check the spec for supported formats.' },
  '36003/2207009': { message: 'The aspect ratio is not supported', title: 'Aspect ratio', user_msg: 'The submitted image does not have an accepted aspect ratio.' },
  '36004/2207010': { message: 'The caption was too long.', title: 'Caption too long', user_msg: 'The caption may have 2,200 characters, 30 hashtags and 20 @ tags at most.' },
  '80002': { message: '(#80002) There have been too many calls to this Instagram account. Wait a bit and try again.', is_transient: true },
} satisfies Record<string, ErrorRow>;

export type ErrorKey = keyof typeof ERROR_TABLE;

export function isErrorKey(text: string): text is ErrorKey {
  return Object.hasOwn(ERROR_TABLE, text);
}
