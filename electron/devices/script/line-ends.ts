/** How waiting for a console can end without what was waited for. Must not: say what that means for a run. */
import type { StationError } from '../../domain/errors.ts';

/** Either time over without what was waited for. `heard`: whether anything arrived meanwhile. */
export class Late extends Error {
  readonly heard: boolean;

  constructor(heard: boolean) {
    super('late');
    this.heard = heard;
  }
}

/** The link is gone. */
export class Gone extends Error {
  readonly why: StationError;

  constructor(why: StationError) {
    super(why.message);
    this.why = why;
  }
}
