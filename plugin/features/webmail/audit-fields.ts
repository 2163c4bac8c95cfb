import type { Fields } from '../../changes/changed-fields.js';
import type { Webmail } from '../../panel/directory/webmail.js';

/** The fields of an application that audit entries record. */
export function auditFields({
  key,
  name,
  address,
  icon,
  isDefault,
}: Omit<Webmail, 'id' | 'version'>): Fields {
  return { key, name, address: address ?? null, icon, isDefault };
}
