import type { ConfigDocument } from '../../shared/model/config.ts';

/** Stands in for the configuration that a build bundles. */
const document: ConfigDocument = {
  format: 1,
  version: 0,
  hash: '',
  published_at: '1970-01-01T00:00:00.000Z',
  config: { balancers: [], pools: {}, monitors: {} },
};
export default document;
