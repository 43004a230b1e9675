import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import { GraphQLSchema } from 'graphql';

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      selectedFields: SelectedFieldsPlugin<Types>;
    }
    export interface BuildSchemaOptions<Types extends SchemaTypes> {
      /** Leaves out all fields with other names than these. Default: leaves out no field. */
      selectedFields?: ReadonlySet<string>;
    }
  }
}

class SelectedFieldsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>) {
    const { selectedFields } = this.options;
    return selectedFields === undefined || selectedFields.has(field.name) ? field : null;
  }

  override afterBuild(schema: GraphQLSchema) {
    if (this.options.selectedFields === undefined) return schema;
    // A type without a selected field is empty, which makes the schema invalid. GraphQL can still execute the document.
    return new GraphQLSchema({ ...schema.toConfig(), assumeValid: true });
  }
}

const selectedFieldsPlugin = 'selectedFields';

SchemaBuilder.registerPlugin(selectedFieldsPlugin, SelectedFieldsPlugin);

export default selectedFieldsPlugin;
