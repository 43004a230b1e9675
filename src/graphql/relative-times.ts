import SchemaBuilder, {
  BasePlugin,
  createInputValueMapper,
  mapInputFields,
  type PothosInputFieldConfig,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core';
import type { RelativeTime } from '../shared/instant.ts';

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      relativeTimes: RelativeTimesPlugin<Types>;
    }
    export interface SchemaBuilderOptions<Types extends SchemaTypes> {
      /** Returns the current time, from which relative times count. */
      currentTime: (context: Types['Context']) => Date;
    }
  }
}

/**
 * The value of a relative time such as `7d` until a field has it as an argument. The scalar `DateTime` has no clock, so
 * this date is invalid. The plugin replaces it before the resolver runs.
 */
export class UnresolvedTime extends Date {
  readonly at: RelativeTime;

  constructor(at: RelativeTime) {
    super(Number.NaN);
    this.at = at;
  }
}

/** Replaces the relative times in the arguments of all fields. All times of one field count from the same moment. */
class RelativeTimesPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const times = mapInputFields(field.args, this.buildCache, (input) => (this.isTime(input) ? true : null));
    if (times === null) return field;
    const resolved = createInputValueMapper(times, (value, _field, now: Date) =>
      value instanceof UnresolvedTime ? value.at(now) : value,
    );
    const { currentTime } = this.builder.options;
    return {
      ...field,
      argMappers: [
        ...field.argMappers,
        (args, context: Types['Context']) => resolved(args, undefined, currentTime(context)),
      ],
    };
  }

  private isTime({ type }: PothosInputFieldConfig<Types>): boolean {
    return type.kind === 'Scalar' && this.buildCache.getTypeConfig(type.ref).name === 'DateTime';
  }
}

const relativeTimesPlugin = 'relativeTimes';

SchemaBuilder.registerPlugin(relativeTimesPlugin, RelativeTimesPlugin);

export default relativeTimesPlugin;
