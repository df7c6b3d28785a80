import { AppError } from '#kernel/app-error';
import type { EgressClient } from '#infra/http/egress/egress.client';
import type { EgressAnswer } from '#infra/http/egress/egress-answer';
import { examine, type Finding } from '../finding.js';

/** What a check found; a check that throws a `Flaw` has failed. */
export interface Check {
  readonly subject: string;
  readonly run: (fetcher: Fetcher) => Promise<string>;
}

/** A fault with what to do about it. */
export class Flaw extends Error {
  constructor(message: string, readonly remedy: string) {
    super(message);
  }
}

const answerLimit = 1024 * 1024;

const remedies: Readonly<Record<string, string>> = {
  unknown_host: 'Make a DNS record for the host of PUBLIC_URL.',
  tls: 'Use a certificate that browsers trust, with its whole chain (Let\'s Encrypt; "fullchain.pem").',
  timeout: 'Look for a firewall or a slow proxy in front; the port must be open to the internet.',
  connection_failed: 'See that the API runs and PUBLIC_URL leads to it: proxy, firewall, DNS.',
  invalid_response: 'What answers at PUBLIC_URL does not speak HTTP.',
  too_large: 'Something in front answers with another file.',
};

/** Asks as Instagram's servers do: their name, nothing compressed, no redirect followed. */
export class Fetcher {
  constructor(private readonly client: EgressClient, private readonly timeoutMs: number) {}

  /** @throws Flaw when no whole answer comes */
  async ask(url: string, method: 'GET' | 'HEAD' = 'GET', headers: Readonly<Record<string, string>> = {}): Promise<EgressAnswer> {
    try {
      return await this.client.ask(url, { method, headers: { 'user-agent': 'facebookexternalhit/1.1', accept: '*/*', ...headers }, maxBytes: answerLimit, timeoutMs: this.timeoutMs });
    } catch (error) {
      throw toFlaw(error);
    }
  }
}

function toFlaw(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.code === 'egress_refused') {
    return new Flaw(error.message, 'The name must resolve to a public address, here too: with an inner address in your own DNS, run the doctor on a machine outside.');
  }
  const reason = String(error.details?.['reason']);
  const cause = error.cause instanceof Error && 'code' in error.cause ? ` (${String(error.cause.code)})` : '';
  return new Flaw(`${error.message}${cause}`, remedies[reason] ?? 'Look at what stands in front of the API.');
}

/** One line for each check. */
export function runCheck(fetcher: Fetcher, { subject, run }: Check): Promise<Finding> {
  return examine(subject, 'See docs/delivery.md.', async () => {
    try {
      return { state: 'ok', detail: await run(fetcher) };
    } catch (error) {
      if (error instanceof Flaw) return { state: 'fail', detail: error.message, remedy: error.remedy };
      throw error;
    }
  });
}
