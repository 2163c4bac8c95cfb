import assert from 'node:assert/strict';
import { loadManifest } from '../../plugin/manifest.js';
import { permissionsOf } from '../../plugin/viewing/permissions.js';

const { permissions: declared } = loadManifest();

describe('an account’s permissions', () => {
  const planned = declared.filter(({ plan }) => plan).map(({ id }) => id);

  it('are withheld from customers unless their plan grants them', () => {
    const granted = permissionsOf('customer', declared, ['aliases.manage']);
    assert.ok(granted.has('aliases.manage'));
    for (const id of planned.filter((each) => each !== 'aliases.manage')) {
      assert.ok(!granted.has(id), id);
    }
    assert.ok(permissionsOf('customer', declared, []).has('domains.view'));
  });

  const allOf = (role: 'administrator' | 'reseller'): ReadonlySet<string> =>
    new Set(declared.filter(({ roles }) => roles.includes(role)).map(({ id }) => id));

  it('are withheld from resellers unless their plan grants them', () => {
    const granted = permissionsOf('reseller', declared, ['aliases.manage']);
    assert.ok(granted.has('aliases.manage') && granted.has('domains.manage'));
    for (const id of planned.filter((each) => each !== 'aliases.manage')) {
      assert.ok(!granted.has(id), id);
    }
  });

  it('are withheld from customers without a plan, but not from resellers without one', () => {
    const granted = permissionsOf('customer', declared, undefined);
    assert.ok(!planned.some((id) => granted.has(id)));
    assert.deepEqual(permissionsOf('reseller', declared, undefined), allOf('reseller'));
  });

  it('do not depend on a plan for administrators', () => {
    assert.deepEqual(permissionsOf('administrator', declared, []), allOf('administrator'));
  });

  it('never exceed the role, whatever a plan grants', () => {
    const granted = permissionsOf('customer', declared, ['plans.manage', 'domains.manage']);
    assert.ok(!granted.has('plans.manage') && !granted.has('domains.manage'));
  });
});
