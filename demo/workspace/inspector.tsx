import { Inspector } from 'tinybase/ui-react-inspector';

/** TinyBase's inspector of the enclosing store. */
export function StoreInspector() {
  return <Inspector open={true} position="bottom" />;
}
