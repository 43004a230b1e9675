import type { Answer } from './app.ts';
import { received } from './received.ts';

/** The events of one subscription, in order. They are queued, so none is missed between two calls. */
export interface Events<Event> {
  /** The data of the next event. Fails with what was received instead, or if nothing is received in time. */
  next(): Promise<Event>;
  /** The next errors. */
  errors(): Promise<NonNullable<Answer['errors']>>;
  /** The end of the subscription. Fails if anything else is received before it. */
  end(): Promise<void>;
  /** Everything that was received and not read yet. */
  readonly unread: readonly Happening<Event>[];
  /** Stops listening. */
  close(): Promise<void>;
}

export type Happening<Event> =
  | { type: 'next'; payload: { data?: Event | null; errors?: Answer['errors'] } }
  | { type: 'error'; payload: NonNullable<Answer['errors']> }
  | { type: 'complete' }
  /** The connection is closed. */
  | { type: 'closed'; reason: string };

/** Adds what a subscription receives over any transport, and reads it as events. */
export function queuedEvents<Event>(name: string, close: () => Promise<void>) {
  const happenings = received<Happening<Event>>(name);
  const unexpected = (expected: string, got: Happening<Event>) =>
    new Error(`${name}: expected ${expected}, got ${JSON.stringify(got, null, 2)}`);
  const events: Events<Event> = {
    async next() {
      const happening = await happenings.next();
      if (happening.type !== 'next' || happening.payload.errors !== undefined || !happening.payload.data)
        throw unexpected('an event', happening);
      return happening.payload.data;
    },
    async errors() {
      const happening = await happenings.next();
      if (happening.type === 'error') return happening.payload;
      if (happening.type === 'next' && happening.payload.errors !== undefined)
        return happening.payload.errors;
      throw unexpected('errors', happening);
    },
    async end() {
      const happening = await happenings.next();
      if (happening.type !== 'complete' && happening.type !== 'closed')
        throw unexpected('the end', happening);
    },
    get unread() {
      return happenings.unread;
    },
    close,
  };
  return { events, add: happenings.add };
}
