import type { Permission, Role } from '../manifest.js';

/** The key of a plan permission's text, which is the feature's own: `<feature>.permissions.<verb>`. */
export function permissionText(id: string): string {
  const [feature, verb] = id.split('.');
  return `${feature}.permissions.${verb}`;
}

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
