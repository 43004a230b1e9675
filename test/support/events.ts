import type { Answer } from './app.ts';
import { received } from './received.ts';

/** The events of one subscription, in the order in which they came. None is missed between two looks. */
export interface Events<Event> {
  /** The data of the next event; fails, showing what came instead, if it is no event or none comes in time. */
  next(): Promise<Event>;
  /** The errors that come next. */
  errors(): Promise<NonNullable<Answer['errors']>>;
  /** The end of the subscription, if nothing comes before it. */
  end(): Promise<void>;
  /** Everything that came and has not been read. */
  readonly unread: readonly Happening<Event>[];
  /** Stops listening. */
  close(): Promise<void>;
}

export type Happening<Event> =
  | { type: 'next'; payload: { data?: Event | null; errors?: Answer['errors'] } }
  | { type: 'error'; payload: NonNullable<Answer['errors']> }
  | { type: 'complete' }
  /** The connection is gone. */
  | { type: 'closed'; reason: string };

/** What happens to a subscription is added as it comes in, over whichever transport, and read as events. */
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
