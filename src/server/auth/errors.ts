/** Nobody that the server knows. The message says what would be right, and holds nothing of what was sent. */
export class UnauthenticatedError extends Error {
  override readonly name = 'UnauthenticatedError';
  /** Whether no token came at all. */
  readonly isMissing: boolean;

  constructor(message: string, { isMissing = false } = {}) {
    super(message);
    this.isMissing = isMissing;
  }
}

/** Whether a token is right cannot be found out now. */
export class AuthenticationUnavailableError extends Error {
  override readonly name = 'AuthenticationUnavailableError';
}

/** What is asked for access cannot be used; the message says what to do. */
export class AuthenticationSettingsError extends Error {
  override readonly name = 'AuthenticationSettingsError';
}
