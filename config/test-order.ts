import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A few files that need no server run first, so that results appear at once; then the order of vitest, longest first. */
export class QuickStart extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- The sequencer's method returns a new array.
    const sorted = await super.sort(files);
    const isQuick = ({ moduleId }: TestSpecification) => moduleId.includes('/test/shared/');
    return [...sorted.filter(isQuick), ...sorted.filter((file) => !isQuick(file))];
  }
}
