/** One error the sandbox can answer. Title and text for people are the English ones; `error-texts.*.ts` has the others. */
export interface ErrorRow {
  message: string;
  /** Where the row's name is not its code: exceptions that are known by a name in the message (§2.3). */
  code?: number;
  title?: string;
  user_msg?: string;
  /** Default 400. */
  status?: number;
  is_transient?: boolean;
  /** Default `OAuthException`. Says nothing a client could rely on (§2.1). */
  type?: 'OAuthException' | 'IGApiException' | 'GraphMethodException' | 'FacebookApiException';
}

export interface ErrorText {
  title: string;
  user_msg: string;
}
