import { ForbiddenError } from '../../../errors.js';
import type { Viewer } from '../../../viewing/viewer.js';

/** Mail users are changed with their mailboxes, and other accounts not while acting as them. */
export function mayChangeProfile(viewer: Viewer): boolean {
  return viewer.actingAs === undefined && viewer.role !== 'mail-user';
}

export function profileRefusal(viewer: Viewer): ForbiddenError | undefined {
  return mayChangeProfile(viewer) ? undefined : new ForbiddenError('preferences.errors.not-here');
}
