import { createRoot } from 'react-dom/client';
import type { MergeableStore } from 'tinybase';
import { Provider } from 'tinybase/ui-react';
import { Inspector } from 'tinybase/ui-react-inspector';

/** Opens TinyBase's inspector on a store; the function it returns removes it. */
export function openInspector(store: MergeableStore): () => void {
  const place = document.createElement('div');
  document.body.append(place);
  const root = createRoot(place);
  root.render(
    <Provider store={store}>
      <Inspector open={true} position="bottom" />
    </Provider>,
  );
  return () => {
    root.unmount();
    place.remove();
  };
}
