import type { Status } from '../../../../../shared/contracts/status.ts';
import type { Place } from '../../data/use_place.ts';
import { DraftEditor } from './draft_editor.tsx';
import { History } from './history.tsx';
import { InUse } from './in_use.tsx';

interface Props {
  place: Place;
  status: Status;
  refresh(): void;
  may_change: boolean;
}

/** The configuration: written and published here, who serves which version, and every version there was. */
export function Configuration({ place, status, refresh, may_change }: Props) {
  const now_ms = Date.parse(status.generated_at);
  return (
    <>
      {may_change && <DraftEditor newest={status.config.version} refresh={refresh} />}
      <InUse newest={status.config.version} now_ms={now_ms} />
      <History {...{ place, now_ms, refresh, may_change }} />
    </>
  );
}
