import assert from 'node:assert/strict';
import { loadManifest } from '../../plugin/manifest.js';
import { permissionsOf } from '../../plugin/viewing/permissions.js';

const { permissions: declared } = loadManifest();

describe('what an account may do', () => {
  const planned = declared.filter(({ plan }) => plan).map(({ id }) => id);

  it('is withheld from customers where their plan does not grant it', () => {
    const granted = permissionsOf('customer', declared, ['aliases.manage']);
    assert.ok(granted.has('aliases.manage'));
    for (const id of planned.filter((each) => each !== 'aliases.manage')) {
      assert.ok(!granted.has(id), id);
    }
    assert.ok(permissionsOf('customer', declared, []).has('domains.view'));
  });

  it('does not depend on a plan for anybody else', () => {
    for (const role of ['administrator', 'reseller'] as const) {
      assert.deepEqual(
        permissionsOf(role, declared, []),
        new Set(declared.filter(({ roles }) => roles.includes(role)).map(({ id }) => id)),
        role,
      );
    }
  });

  it('cannot be more than its role allows, whatever a plan says', () => {
    const granted = permissionsOf('customer', declared, ['plans.manage', 'domains.manage']);
    assert.ok(!granted.has('plans.manage') && !granted.has('domains.manage'));
  });
});
