import { expect, it } from 'vitest';
import { routesAt } from '../../../../workers/console/routes/routes_at.ts';
import { ROUTES } from '../../../../workers/console/routes/table.ts';

const ACCOUNT = `/client/v4/accounts/${'a'.repeat(32)}/load_balancers`;
const methodsAt = (path: string) => routesAt(ROUTES, path).map(({ method }) => method);

it('a fixed path is never an id: the list of pools takes the methods of a list', () => {
  for (const list of ['pools', 'monitors', 'monitor_groups'])
    expect(methodsAt(`${ACCOUNT}/${list}`).toSorted()).toEqual(
      list === 'pools' ? ['GET', 'PATCH', 'POST'] : ['GET', 'POST'],
    );
});

it('any other word is the id of a load balancer, also with a slash at the end', () => {
  for (const path of [`${ACCOUNT}/pool`, `${ACCOUNT}/${'0'.repeat(32)}/`])
    expect(methodsAt(path).toSorted()).toEqual(['DELETE', 'GET', 'PATCH', 'PUT']);
});

it('a path of nobody has no route', () => {
  expect(methodsAt('/client/v4/nothing')).toEqual([]);
});
