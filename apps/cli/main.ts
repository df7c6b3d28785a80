import 'reflect-metadata';
import { Command, Option } from 'commander';
import type { CreateKeyArguments } from './commands/keys.command.js';
import type { ListenArguments } from './commands/listen.command.js';
import type { SandboxArguments } from './commands/process.command.js';
import type { RotateEncryptionArguments } from './commands/rotate-encryption.command.js';
import { isSentence } from './terminal/cli-error.js';
import { paint } from './terminal/style.js';

/** Commands are loaded when asked for: `doctor` must not wait for what only `up` needs. */
export async function runCli(argv: readonly string[], root: string): Promise<void> {
  const program = new Command('heliograph').description('Self-hosted publishing to Instagram').showHelpAfterError();
  program.command('up').description('everything on this machine: database, sandbox, API and worker').action(async () => (await import('./commands/up.command.js')).up(root));
  addProcessCommands(program, root);
  program.command('migrate').description('bring the database to this release').action(async () => (await import('./commands/migrate.command.js')).migrate());
  addKeyCommands(program);
  addListenCommand(program);
  program.command('doctor').description('look for what is wrong, and say what to do').action(async () => (await import('./commands/doctor.command.js')).doctor());
  program.command('build').description('compile the sources when they are newer than dist/').action(() => undefined);
  try {
    await program.parseAsync([...argv]);
    // Nothing may keep a finished command from ending: idle connections, a half-read answer.
    process.exit();
  } catch (error) {
    report(error);
    process.exit(1);
  }
}

function addProcessCommands(program: Command, root: string): void {
  const load = () => import('./commands/process.command.js');
  program.command('api').description('the HTTP process alone, against DATABASE_URL').action(async () => (await load()).runProcess(root, 'api'));
  program.command('worker').description('the queue process alone, against DATABASE_URL').action(async () => (await load()).runProcess(root, 'worker'));
  program
    .command('sandbox')
    .description('the Instagram simulator alone, for any Graph client')
    .option('--host <address>', 'address to listen on; default HOST')
    .option('--port <number>', 'default SANDBOX_PORT')
    .option('--data <folder>', 'where it keeps everything; default the folder sandbox in HELIOGRAPH_DATA')
    .option('--public-url <url>', 'base of the addresses it gives out')
    .option('--control <who>', 'who may use its control door: loopback (default) or anyone')
    .action(async (options: SandboxArguments) => (await load()).runSandbox(root, options));
}

function addListenCommand(program: Command): void {
  program
    .command('listen')
    .description('follow the events of a workspace, and send each to a program on this machine as a webhook would (docs/webhooks.md)')
    .option('--forward <url>', 'where to send them, e.g. http://localhost:3000/hook; default: only print')
    .option('--types <list>', 'types or families, separated by commas, e.g. post.*,profile.connected; default all')
    .option('--after <seq>', 'where to begin: "now", or the seq of an event, 0 for the oldest that is kept', 'now')
    .option('--url <url>', 'of the API; default this machine, PORT')
    .option('--key <key>', 'an API key that may read; default that of "heliograph up"')
    .option('--secret <secret>', 'what signs them (whsec_…); default a new one, printed')
    .option('--json', 'print whole events, one a line')
    .action(async (options: ListenArguments) => (await import('./commands/listen.command.js')).listen(options));
}

function addKeyCommands(program: Command): void {
  const keys = program.command('keys').description('API keys, and the keys that encrypt stored tokens');
  const load = () => import('./commands/keys.command.js');
  keys
    .command('create')
    .description('a new key, shown once')
    .option('--name <name>', 'what it is for', 'Key from the command line')
    .option('--group <id>', 'limit it to one profile group')
    .option('--permissions <list>', 'what it may do, separated by commas, e.g. read,posts:write; default everything')
    .option('--expires <when>', 'a duration (90d) or a time (2027-01-31T18:00Z); default never')
    .action(async (options: CreateKeyArguments) => (await load()).createKey(options));
  keys.command('list').description('all keys, without their secrets').action(async () => (await load()).listKeys());
  keys
    .command('rotate')
    .argument('<id>', 'e.g. key_06f3…')
    .description('a new secret, shown once; the old one goes on working for a while')
    .option('--overlap <duration>', 'for how long, e.g. 30m, 24h; 0s for not at all', '24h')
    .action(async (id: string, options: { overlap: string }) => (await load()).rotateKey(id, options.overlap));
  keys
    .command('rotate-encryption')
    .description('seal everything stored encrypted with the newest encryption key (docs/keys.md)')
    .addOption(new Option('--prepare', 'only add a key to the generated file, so that a running installation knows it after its next start').conflicts(['forgetOld', 'dropUnreadable']))
    .option('--forget-old', 'take keys that no row needs out of the generated file')
    .option('--drop-unreadable', 'let go of what no key opens; those profiles must be connected again')
    .action(async (options: RotateEncryptionArguments) => (await import('./commands/rotate-encryption.command.js')).rotateEncryption(options));
  keys.command('revoke').argument('<id>', 'e.g. key_06f3…').description('a revoked key is refused at once').action(async (id: string) => (await load()).revokeKey(id));
}

function report(error: unknown): void {
  const text = isSentence(error) ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(`\n${paint('red', '✗')} ${text}`);
}
