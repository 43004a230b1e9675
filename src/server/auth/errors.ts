import { ExpectedError } from '../../shared/expected-error.ts';

/** The token of a request is missing, unknown, expired or invalid. The message never contains the token. */
export class UnauthenticatedError extends ExpectedError {
  override readonly name = 'UnauthenticatedError';
  /** Whether the request had no token. */
  readonly isMissing: boolean;

  constructor(message: string, { isMissing = false } = {}) {
    super({ code: 'UNAUTHENTICATED', message, parameters: {} });
    this.isMissing = isMissing;
  }
}

/** The token cannot be verified now, for example because the identity provider does not respond. */
export class AuthenticationUnavailableError extends ExpectedError {
  override readonly name = 'AuthenticationUnavailableError';

  constructor(message: string, options?: ErrorOptions) {
    super({ code: 'AUTHENTICATION_UNAVAILABLE', message, ...options, parameters: {} });
  }
}

/** The token file or the key file cannot be used. The message says what to do. */
export class AuthenticationSettingsError extends ExpectedError {
  override readonly name = 'AuthenticationSettingsError';

  constructor(message: string, options?: ErrorOptions) {
    super({ code: 'SETTINGS', message, ...options, parameters: {} });
  }
}
