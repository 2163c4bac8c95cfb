import type { Permission, Role } from '../manifest.js';

/** A role's permissions, less what the plan withholds. A customer without a plan has none that plans decide about. */
export function permissionsOf(
  role: Role,
  declared: readonly Permission[],
  planPermissions: readonly string[],
): ReadonlySet<string> {
  return new Set(
    declared
      .filter((permission) => permission.roles.includes(role))
      .filter(
        (permission) =>
          !permission.plan || role !== 'customer' || planPermissions.includes(permission.id),
      )
      .map((permission) => permission.id),
  );
}
