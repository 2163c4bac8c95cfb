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

  it('do not depend on a plan for other roles', () => {
    for (const role of ['administrator', 'reseller'] as const) {
      assert.deepEqual(
        permissionsOf(role, declared, []),
        new Set(declared.filter(({ roles }) => roles.includes(role)).map(({ id }) => id)),
        role,
      );
    }
  });

  it('never exceed the role, whatever a plan grants', () => {
    const granted = permissionsOf('customer', declared, ['plans.manage', 'domains.manage']);
    assert.ok(!granted.has('plans.manage') && !granted.has('domains.manage'));
  });
});
