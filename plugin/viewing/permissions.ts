import type { Permission, Role } from '../manifest.js';
import type { Viewer } from './viewer.js';

/** The key of a plan permission's text, which is the feature's own: `<feature>.permissions.<verb>`. */
export function permissionText(id: string): string {
  const [feature, verb] = id.split('.');
  return `${feature}.permissions.${verb}`;
}

/** What the plan of a viewer withholds that its role could have. */
export function withheldFrom(
  { role, permissions }: Pick<Viewer, 'role' | 'permissions'>,
  declared: readonly Permission[],
): readonly Permission[] {
  return declared.filter(
    ({ id, plan, roles }) => plan && roles.includes(role) && !permissions.has(id),
  );
}

/**
 * A role's permissions, less what the plan withholds.
 *
 * @param planPermissions undefined without a plan: then a customer has none that plans decide about, and a reseller all.
 */
export function permissionsOf(
  role: Role,
  declared: readonly Permission[],
  planPermissions: readonly string[] | undefined,
): ReadonlySet<string> {
  return new Set(
    declared
      .filter((permission) => permission.roles.includes(role))
      .filter((permission) => !permission.plan || isGranted(role, permission.id, planPermissions))
      .map((permission) => permission.id),
  );
}

function isGranted(
  role: Role,
  id: string,
  planPermissions: readonly string[] | undefined,
): boolean {
  switch (role) {
    case 'customer':
      return planPermissions?.includes(id) === true;
    case 'reseller':
      return planPermissions?.includes(id) !== false;
    case 'administrator':
    case 'mail-user':
      return true;
  }
}
