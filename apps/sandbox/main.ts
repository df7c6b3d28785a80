import { parseArgs } from 'node:util';
import { type Sandbox, type SandboxOptions, startSandbox } from './server.js';

const USAGE = `usage: sandbox [--host 127.0.0.1] [--port 3001] [--data DIR] [--public-url URL] [--control loopback|anyone]`;

/** Options come by argument only: a simulator must not change its ways because of somebody's environment. */
function readOptions(): SandboxOptions {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '3001' },
      data: { type: 'string' },
      'public-url': { type: 'string' },
      control: { type: 'string', default: 'loopback' },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port} is not a port number`);
  const { control } = values;
  if (control !== 'loopback' && control !== 'anyone') throw new Error(`--control ${control} is neither loopback nor anyone`);
  const publicUrl = values['public-url'];
  if (publicUrl !== undefined && !/^https?:\/\//u.test(publicUrl)) throw new Error(`--public-url ${publicUrl} is not an http or https address`);
  return {
    host: values.host, port, control, log: (line) => { process.stderr.write(`${line}\n`); },
    ...(values.data === undefined ? {} : { dataDir: values.data }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
  };
}

function explain(error: unknown, options: SandboxOptions): string {
  const where = `${String(options.host)}:${String(options.port)}`;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') return `sandbox: ${where} is already in use. Stop the other process or choose another port with --port.`;
  if (code === 'EACCES') return `sandbox: no permission for ${where} or the data folder. Choose a port above 1023 with --port, or another --data folder.`;
  return `sandbox: cannot start: ${error instanceof Error ? error.message : String(error)}`;
}

function closeOnSignals(sandbox: Sandbox): void {
  let isClosing = false;
  const close = (): void => {
    if (isClosing) return;
    isClosing = true;
    sandbox.close().then(
      () => process.exit(0),
      (error: unknown) => { process.stderr.write(`sandbox: ${String(error)}\n`); process.exit(1); },
    );
  };
  process.on('SIGTERM', close);
  process.on('SIGINT', close);
  process.on('disconnect', close);
}

async function main(): Promise<void> {
  let options: SandboxOptions;
  try {
    options = readOptions();
  } catch (error) {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = 1;
    return;
  }
  try {
    const sandbox = await startSandbox(options);
    closeOnSignals(sandbox);
    process.stdout.write(`Instagram sandbox listening on ${sandbox.url}${options.dataDir === undefined ? ' (in memory)' : ` (data in ${options.dataDir})`}\n`);
    process.send?.({ ready: true, url: sandbox.url });
  } catch (error) {
    process.stderr.write(`${explain(error, options)}\n`);
    process.exit(1);
  }
}

await main();
