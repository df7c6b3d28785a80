import type { EgressAnswer } from '#infra/http/egress/egress-answer';
import { hours } from '#kernel/clock';
import { Flaw, type Check } from './fetcher.js';
import { isAllowedBy } from './robots.rules.js';

/** A link as publishing makes it, and what must come from it. */
export interface ProbeLink {
  readonly url: string;
  readonly contentType: string;
  readonly content: Buffer;
}

/** Both fetch media for Meta (reference 10, pitfall 7). */
const agents = ['facebookexternalhit', 'meta-externalagent'];
/** A container lives as long, and may be fetched again until its end (§1.3). */
const leastLifetime = hours(24);
const pieceStart = 100;
const pieceEnd = 299;

/** What Instagram's fetcher asks of a link: its lifetime, robots.txt, the file, HEAD, a range. */
export function linkChecks(link: ProbeLink, now: () => Date): readonly Check[] {
  return [
    { subject: 'Link', run: () => checkLifetime(link, now()) },
    { subject: 'robots.txt', run: async (fetcher) => checkRobots(await fetcher.ask(new URL('/robots.txt', link.url).href), link) },
    { subject: 'GET', run: async (fetcher) => checkFile(await fetcher.ask(link.url), link) },
    { subject: 'HEAD', run: async (fetcher) => checkHead(await fetcher.ask(link.url, 'HEAD'), link) },
    { subject: 'Range', run: async (fetcher) => checkRange(await fetcher.ask(link.url, 'GET', { range: `bytes=${pieceStart}-${pieceEnd}` }), link) },
  ];
}

function checkLifetime({ url }: ProbeLink, now: Date): Promise<string> {
  if (!/^[\x21-\x7e]+$/.test(url)) throw new Flaw('the link has characters that are not ASCII', 'Write the host of PUBLIC_URL in its ASCII form (xn--…).');
  const left = Number(new URL(url).searchParams.get('expires')) * 1000 - now.getTime();
  if (!(left >= leastLifetime)) throw new Flaw(`the signed link lives ${Math.round(left / hours(1))} h; Instagram may fetch for 24 h`, 'Check the clock of this machine (NTP).');
  return Promise.resolve(`signed for ${Math.round(left / hours(1))} h`);
}

function checkRobots({ statusCode, headers, body }: EgressAnswer, { url }: ProbeLink): string {
  if (statusCode === 401 || statusCode === 403) throw new Flaw(`/robots.txt answers ${statusCode}`, 'Let /robots.txt and /media/ pass without a password or a bot check.');
  if (statusCode !== 200 || isPage(headers['content-type'], body)) return `none (${statusCode}): everything is allowed`;
  const { pathname, search } = new URL(url);
  const refused = agents.filter((agent) => !isAllowedBy(body.toString('utf8'), agent, pathname + search));
  if (refused.length > 0) throw new Flaw(`/robots.txt forbids /media/ to ${refused.join(' and ')}`, 'Let the API answer /robots.txt, or allow both for /media/.');
  return `lets ${agents.join(' and ')} in`;
}

function checkFile(answer: EgressAnswer, link: ProbeLink): string {
  requireStatus(answer, 200);
  requireHeaders(answer, link);
  if (!answer.body.equals(link.content)) {
    throw new Flaw(`the ${answer.body.length} bytes that came are not those that were stored (${link.content.length})`, 'Switch off what changes pictures on the way (image optimisation, minification, a stale cache).');
  }
  return `${link.content.length} bytes of ${link.contentType}, as stored`;
}

function checkHead(answer: EgressAnswer, link: ProbeLink): string {
  requireStatus(answer, 200, 'Let HEAD pass to the API as GET does.');
  requireHeaders(answer, link);
  return 'the same type and length';
}

function checkRange(answer: EgressAnswer, link: ProbeLink): string {
  const remedy = 'Let the header Range pass to the API (nginx: proxy_force_ranges, no slicing; a cache must keep it).';
  if (answer.statusCode === 200) throw new Flaw('a part was asked for and the whole file came', remedy);
  requireStatus(answer, 206, remedy);
  const expected = `bytes ${pieceStart}-${pieceEnd}/${link.content.length}`;
  const said = answer.headers['content-range'];
  if (said !== expected) throw new Flaw(`Content-Range is ${said ?? 'missing'}, not ${expected}`, remedy);
  if (!answer.body.equals(link.content.subarray(pieceStart, pieceEnd + 1))) throw new Flaw('the part that came has other bytes than that part of the file', remedy);
  return '206 with the right part';
}

function requireStatus({ statusCode, headers, body }: EgressAnswer, wanted: number, remedy?: string): void {
  if (statusCode === wanted) return;
  if (statusCode >= 300 && statusCode < 400) {
    throw new Flaw(`redirected (${statusCode}) to ${headers.location ?? 'nowhere'}; Instagram does not follow`, 'Set PUBLIC_URL to the address that answers by itself: https, with or without www.');
  }
  if (statusCode === 401) throw new Flaw('a password is asked for (401)', 'Take Basic auth off /media/: the links are signed.');
  const page = isPage(headers['content-type'], body) ? ' with a web page, as a bot check does' : '';
  if (statusCode === 403 || statusCode === 429 || (statusCode === 503 && page)) {
    throw new Flaw(`refused (${statusCode})${page}`, 'Let facebookexternalhit pass the bot check and the rate limit of the proxy or CDN for /media/.');
  }
  if (statusCode === 404) throw new Flaw('not found (404)', 'Lead PUBLIC_URL to the API of this installation, with the same storage and the same ENCRYPTION_KEYS.');
  throw new Flaw(`answered ${statusCode}${page}`, remedy ?? 'Look at the proxy in front and at logs/api.log.');
}

function requireHeaders({ headers, body }: EgressAnswer, { contentType, content }: ProbeLink): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw new Flaw(`it came compressed (${String(encoding)})`, 'Switch compression off for /media/: it was not asked for.');
  if (isPage(headers['content-type'], body)) throw new Flaw('a web page came instead of the file', 'Let /media/ pass to the API, past bot checks, log-in and maintenance pages.');
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== contentType) throw new Flaw(`Content-Type is ${type ?? 'missing'}, not ${contentType}`, 'Let the headers of the API pass as they are.');
  if (headers['content-length'] !== String(content.length)) {
    throw new Flaw(`Content-Length is ${headers['content-length'] ?? 'missing'}, not ${content.length}`, 'Switch off what changes or chunks answers on the way (compression, buffering filters).');
  }
}

function isPage(contentType: string | undefined, body: Buffer): boolean {
  return contentType?.toLowerCase().startsWith('text/html') === true || /^\s*<(!doctype|html)/i.test(body.subarray(0, 200).toString('latin1'));
}
