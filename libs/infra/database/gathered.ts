interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Questions of one statement: of a thousand at one instant, two statements. More would let everybody wait for the last. */
const usualMost = 500;
/** Statements that run at the same time. What comes meanwhile waits and goes together. */
const mostStatements = 2;

/**
 * The same statement for whoever asks at the same moment: one round trip, one commit. Nobody waits for company; questions gather while others are
 * answered, so a lonely one goes at once and a crowd goes together. Only for connections without the wall between workspaces: a statement of
 * several workspaces is nobody's.
 */
export class Gathered<Question, Answer> {
  private waiting: Waiting<Question, Answer>[] = [];
  private running = 0;
  private isScheduled = false;

  /**
   * @param answerAll answers each question at its place. One that fails is asked once more with each question alone, so that one cannot fail others.
   * @param mostAtOnce less than usual where a question is large
   */
  constructor(private readonly answerAll: (questions: readonly Question[]) => Promise<readonly Answer[]>, private readonly mostAtOnce = usualMost) {}

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isScheduled || this.running >= mostStatements || this.waiting.length === 0) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      void this.answer(this.waiting.splice(0, this.mostAtOnce));
    });
  }

  private async answer(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    this.running += 1;
    this.schedule();
    try {
      await this.answerBatch(batch);
    } finally {
      this.running -= 1;
      this.schedule();
    }
  }

  private async answerBatch(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await this.answerAll(batch.map(({ question }) => question));
      if (answers.length !== batch.length) throw new Error(`${batch.length} questions got ${answers.length} answers`);
      answers.forEach((answer, index) => batch[index]?.resolve(answer));
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else await Promise.all(batch.map((each) => this.answerBatch([each])));
    }
  }
}
