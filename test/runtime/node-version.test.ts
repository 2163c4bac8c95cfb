import assert from 'node:assert/strict';
import { StartError } from '../../plugin/errors.js';
import { assertNode } from '../../plugin/runtime/node-version.js';

describe('the running Node', () => {
  for (const version of ['18.20.8', '20.20.2', '22.2.0', '22.18.99']) {
    it(`is refused in one line with version ${version}`, () => {
      assert.throws(
        () => assertNode(version),
        (error) =>
          error instanceof StartError &&
          error.message ===
            `Relais needs Node 22.19.0 or later; ${process.execPath} is Node ${version}.`,
      );
    });
  }

  for (const version of ['22.19.0', '22.100.0', '24.0.0', '100.0.0']) {
    it(`is accepted with version ${version}`, () => assertNode(version));
  }
});
