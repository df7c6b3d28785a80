import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { LoadOrder, LoadResult } from './load.js';

type Answer = { readonly id: number } & ({ readonly result: LoadResult } | { readonly error: string });

/** The load process, one order at a time. */
export class LoadGenerator {
  private readonly child: ChildProcess = fork(join(import.meta.dirname, 'load.process.js'), [], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  private orders = 0;

  run(order: Omit<LoadOrder, 'id'>): Promise<LoadResult> {
    const id = ++this.orders;
    return new Promise((done, fail) => {
      const ended = (code: number | null): void => fail(new Error(`The load process ended with ${code}`));
      this.child.once('exit', ended);
      this.child.once('message', (answer: Answer) => {
        this.child.off('exit', ended);
        if ('result' in answer) done(answer.result);
        else fail(new Error(answer.error));
      });
      this.child.send({ ...order, id });
    });
  }

  close(): void {
    this.child.disconnect();
  }
}
