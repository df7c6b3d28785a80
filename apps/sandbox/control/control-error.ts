/** A refusal of the control door: plain HTTP and one clear sentence, not the Graph envelope. */
export class ControlError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}
