import { parseAddress } from '../http/address.js';
import type { CallParams } from '../graph/call.params.js';
import { FACEBOOK_PERMISSIONS, INSTAGRAM_PERMISSIONS } from '../state/permissions.js';
import type { Login } from '../state/entities.js';
import type { App, Grants } from '../state/grants.js';
import { AuthorizeError } from './authorize.error.js';

/** What an app asks a person for. */
export interface AuthorizeRequest {
  login: Login;
  app: App;
  /** Byte for byte as it came. */
  redirectUri: string;
  scopes: string[];
  state: string | null;
}

const SCOPES: Record<Login, readonly string[]> = { instagram: INSTAGRAM_PERMISSIONS, facebook: FACEBOOK_PERMISSIONS };

/**
 * The query of an authorize page (§8.1, §8.2). `force_reauth` and `enable_fb_login` may stand in it and change nothing: the
 * person is always asked, and never for a password. Throws {@link AuthorizeError} with a sentence for the person.
 */
export function readAuthorizeRequest(params: CallParams, login: Login, grants: Grants): AuthorizeRequest {
  const clientId = params.text('client_id');
  const app = clientId === null ? undefined : grants.findApp(login, clientId);
  if (!app) {
    const which = login === 'instagram' ? 'Instagram app id' : 'Meta app id';
    throw new AuthorizeError(400, 'Invalid platform app', `Invalid platform app: there is no app whose ${which} is "${clientId ?? ''}".`);
  }
  const redirectUri = readRedirectUri(params.text('redirect_uri'), app);
  requireResponseType(params.text('response_type'), login);
  return { login, app, redirectUri, scopes: readScopes(params.text('scope'), login), state: params.text('state') };
}

/** Anything but plain ASCII cannot be sent in a Location header as it came, and so would not be byte-identical. */
function readRedirectUri(given: string | null, app: App): string {
  const isAddress = given !== null && /^https?:\/\/[\u0021-\u007E]+$/iu.test(given) && !given.includes('#') && parseAddress(given) !== null;
  if (!isAddress) throw new AuthorizeError(400, 'Invalid redirect_uri', 'Invalid redirect_uri: it must be an http or https address in ASCII, without a fragment.');
  if (app.redirect_uris !== null && !app.redirect_uris.includes(given)) {
    throw new AuthorizeError(400, 'Invalid redirect_uri', `Invalid redirect_uri: "${given}" is not, character for character, one of the valid OAuth redirect URIs of ${app.name}.`);
  }
  return given;
}

/** Facebook's dialog takes `code` when nothing is said [recalled]. */
function requireResponseType(given: string | null, login: Login): void {
  if (given === 'code' || (given === null && login === 'facebook')) return;
  throw new AuthorizeError(400, 'Invalid response_type', `Invalid response_type: it must be "code", not "${given ?? ''}".`);
}

function readScopes(given: string | null, login: Login): string[] {
  const scopes = [...new Set((given ?? '').split(/[\s,]+/u).filter((scope) => scope !== ''))];
  if (scopes.length === 0) throw new AuthorizeError(400, 'Invalid scopes', 'Invalid scopes: none was asked for.');
  const unknown = scopes.filter((scope) => !SCOPES[login].includes(scope));
  if (unknown.length === 0) return scopes;
  const isOld = unknown.some((scope) => scope.startsWith('business_'));
  const hint = isOld && login === 'instagram' ? ' The business_* names ended on 2025-01-27; the new ones begin with instagram_business_.' : '';
  throw new AuthorizeError(400, 'Invalid scopes', `Invalid scopes: ${unknown.join(', ')}.${hint}`);
}
