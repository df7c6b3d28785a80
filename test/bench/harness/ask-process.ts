import { fork } from 'node:child_process';

/** Runs a program that sends one message and ends. @returns the message */
export function askProcess<Answer>(main: string, args: readonly string[]): Promise<Answer> {
  return new Promise((done, fail) => {
    const child = fork(main, [...args], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`${main} ended with ${code} and no answer`)));
    child.once('message', (answer: Answer) => done(answer));
  });
}
