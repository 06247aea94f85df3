import { createRoot } from 'react-dom/client';
import type { MergeableStore } from 'tinybase';
import { Provider } from 'tinybase/ui-react';
import { Inspector } from 'tinybase/ui-react-inspector';

/** Opens TinyBase's inspector for a store. Returns a function that removes it. */
export function openInspector(store: MergeableStore): () => void {
  const container = document.createElement('div');
  document.body.append(container);
  const root = createRoot(container);
  root.render(
    <Provider store={store}>
      <Inspector open={true} position="bottom" />
    </Provider>,
  );
  return () => {
    root.unmount();
    container.remove();
  };
}
