/** The token is missing, unknown, expired or invalid. The message never contains the token. */
export class UnauthenticatedError extends Error {
  override readonly name = 'UnauthenticatedError';
  /** The request had no token. */
  readonly isMissing: boolean;

  constructor(message: string, { isMissing = false } = {}) {
    super(message);
    this.isMissing = isMissing;
  }
}

/** The token cannot be verified now, for example because the identity provider does not respond. */
export class AuthenticationUnavailableError extends Error {
  override readonly name = 'AuthenticationUnavailableError';
}

/** The token file or the key file cannot be used. The message says what to do. */
export class AuthenticationSettingsError extends Error {
  override readonly name = 'AuthenticationSettingsError';
}
