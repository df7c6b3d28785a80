import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { after, seconds, SystemClock } from '#kernel/clock';
import { newWebhookSecret } from '../webhook-secret.js';
import { PumpFixture, type Arrival } from './pump.fixture.js';

type Headers = Readonly<Record<string, string>>;
type Verify = (headers: Headers, body: string, secret: string) => unknown;

interface Language {
  /** Its program; null: it is Node's. */
  readonly command: string | null;
  /** What stands before the snippet in its file. */
  readonly before?: string;
  /** Turns the file into what runs, once. */
  readonly build?: () => void;
  /** Reads headers, body and secret as JSON, and writes what the snippet gave as JSON. */
  readonly args?: readonly string[];
}

const projectRoot = join(import.meta.dirname, '../../../..');
const page = readFileSync(join(projectRoot, 'docs/webhooks.md'), 'utf8');
const python = 'import json,sys\nfrom verify import verify\nheaders,body,secret=json.load(sys.stdin)\nprint(json.dumps(verify(headers,body.encode(),secret)))';
const php = 'require "verify.php"; [$headers, $body, $secret] = json_decode(stream_get_contents(STDIN), true); echo json_encode(verify($headers, $body, $secret));';
const ruby = 'require "./verify"; headers, body, secret = JSON.parse(STDIN.read); puts JSON.generate(verify(headers, body.b, secret))';
const go = `package main
import ("encoding/json"; "net/http"; "os")
func main() {
  var given [3]json.RawMessage
  json.NewDecoder(os.Stdin).Decode(&given)
  var texts map[string]string
  var body, secret string
  json.Unmarshal(given[0], &texts); json.Unmarshal(given[1], &body); json.Unmarshal(given[2], &secret)
  headers := http.Header{}
  for name, text := range texts { headers.Set(name, text) }
  if err := verify(headers, []byte(body), secret); err != nil { os.Stderr.WriteString(err.Error()); os.Exit(1) }
  os.Stdout.WriteString(body)
}
`;

function buildGo(): void {
  writeFileSync(join(folder, 'main.go'), go);
  const settings = ['GO111MODULE=off', 'GOPROXY=off', 'GOFLAGS=', `GOCACHE=${join(folder, 'go-cache')}`];
  required(spawnSync('env', [...settings, 'go', 'build', '-o', 'verify-go', 'main.go', 'verify.go'], { cwd: folder, encoding: 'utf8' }));
}

const languages: Readonly<Record<string, Language>> = {
  'verify.mjs': { command: null },
  'verify-library.mjs': { command: null },
  'verify.py': { command: 'python3', args: ['-X', 'utf8', '-c', python] },
  'verify.php': { command: 'php', before: '<?php\n', args: ['-d', 'display_errors=stderr', '-d', 'error_reporting=-1', '-r', php] },
  'verify.go': { command: 'go', before: 'package main\n\n', build: buildGo, args: [] },
  'verify.rb': { command: 'ruby', args: ['-W', '-E', 'UTF-8', '-e', ruby] },
};

/** Below the project, so that what a receiver would install is found. */
let folder: string;
let fixture: PumpFixture;
const secrets: string[] = [];
let arrivals: { readonly now: Arrival; readonly early: Arrival; readonly late: Arrival };

class ShiftedClock extends SystemClock {
  constructor(private readonly shift: number) {
    super();
  }
  override now(): Date {
    return after(super.now(), this.shift);
  }
}

/** Real deliveries of one webhook in a rotation: of this moment, of six minutes ago, and of six minutes ahead. */
beforeAll(async () => {
  mkdirSync(join(projectRoot, '.cache'), { recursive: true });
  folder = mkdtempSync(join(projectRoot, '.cache/receiver-'));
  fixture = await PumpFixture.create();
  const receiver = await fixture.receiver();
  const { id, secret } = await fixture.endpoint(receiver.url);
  secrets.push(secret, await fixture.secret(id, new Date(Date.now() + seconds(3_600))));
  for (const shift of [0, seconds(-360), seconds(360)]) {
    const clock = new ShiftedClock(shift);
    await fixture.deliveries(id, 1, { dueAt: clock.now() });
    await fixture.handler({ clock }).handle({ workspaceId: fixture.workspaceId, endpointId: id }, new AbortController().signal);
  }
  const [now, early, late] = receiver.arrivals;
  if (!now || !early || !late) throw new Error('Not everything was delivered');
  arrivals = { now, early, late };
});
afterAll(async () => {
  if (folder) rmSync(folder, { recursive: true, force: true });
  await fixture?.drop();
});

/** A fenced block whose info string names a file. */
function extract(name: string, before = ''): string {
  const [, code] = new RegExp(`\`\`\`\\w+ ${name.replace('.', '\\.')}\n([\\s\\S]*?)\n\`\`\``).exec(page) ?? [];
  if (code === undefined) throw new Error(`docs/webhooks.md has no ${name}`);
  const file = join(folder, name);
  writeFileSync(file, `${before}${code}\n`);
  return file;
}

function required({ status, stdout, stderr, error }: SpawnSyncReturns<string>): string {
  if (status !== 0) throw error ?? new Error(stderr);
  // A warning of the interpreter is a mistake in the snippet.
  expect(stderr).toBe('');
  return stdout;
}

async function load(name: string, { command, before, build, args = [] }: Language): Promise<Verify> {
  const file = extract(name, before);
  if (command === null) return ((await import(pathToFileURL(file).href)) as { verify: Verify }).verify;
  build?.();
  const program = build ? join(folder, 'verify-go') : command;
  return (...given) => JSON.parse(required(spawnSync(program, [...args], { cwd: folder, input: JSON.stringify(given), encoding: 'utf8' }))) as unknown;
}

function isHere(command: string | null): boolean {
  if (command === null || spawnSync(command, [command === 'go' ? 'version' : '--version']).status === 0) return true;
  process.stderr.write(`SKIPPED: ${command} is not on this machine, so its snippet in docs/webhooks.md was not run\n`);
  return false;
}

const headersOf = ({ headers }: Arrival): Headers => Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));

describe.each(Object.entries(languages).map(([name, language]) => ({ name, language, isRunnable: isHere(language.command) })))('$name of docs/webhooks.md', ({ name, language, isRunnable }) => {
  it.skipIf(!isRunnable)('accepts a delivery as it came, with any secret of a rotation, and nothing else', async () => {
    const verify = await load(name, language);
    const { body } = arrivals.now;
    const headers = headersOf(arrivals.now);
    for (const secret of secrets) expect(verify(headers, body, secret)).toEqual(JSON.parse(body));
    const [secret = ''] = secrets;
    const reason = name.includes('library') ? /./ : /call is too old|signature is wrong|invalid/i;
    for (const [fault, given] of Object.entries<Parameters<Verify>>({
      'a byte more': [headers, `${body} `, secret],
      'a byte changed': [headers, body.replace('"object"', '"objecT"'), secret],
      'another secret': [headers, body, newWebhookSecret()],
      'an old call': [headersOf(arrivals.early), arrivals.early.body, secret],
      'a call of the future': [headersOf(arrivals.late), arrivals.late.body, secret],
      'another id': [{ ...headers, 'webhook-id': 'evt_2' }, body, secret],
      'another time': [{ ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 5) }, body, secret],
      'no time': [{ ...headers, 'webhook-timestamp': 'now' }, body, secret],
      'no signature': [{ ...headers, 'webhook-signature': '' }, body, secret],
    })) expect(() => verify(...given), fault).toThrow(reason);
  });
});
