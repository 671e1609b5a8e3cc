/**
 * Slots of each of several origins, as HAProxy shares them out: together `factor` percent of the requests in flight
 * with this one, split by weight, at least one each. (Mirrokni et al., 'Consistent Hashing with Bounded Loads'.)
 * @param served requests in flight, all origins together
 */
export function slots(weights: readonly number[], served: number, factor: number): number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const total = Math.floor(((served + 1) * factor + 99) / 100);
  const each = Math.floor(total / all);
  const rest = total - each * all;
  let before = 0;
  return weights.map((weight) => {
    const extra = Math.floor(((before + weight) * rest) / all) - Math.floor((before * rest) / all);
    before += weight;
    return Math.max(1, Math.floor(weight * each + extra));
  });
}
