import type { Permission } from '../../../manifest.js';

/** IDs of the permissions that plans decide about. */
export function plannedOf(declared: readonly Permission[]): readonly string[] {
  return declared.filter(({ plan }) => plan).map(({ id }) => id);
}
