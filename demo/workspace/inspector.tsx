import { Inspector } from 'tinybase/ui-react-inspector';

/** TinyBase's inspector of the enclosing store. */
export default function StoreInspector() {
  return <Inspector open={true} position="bottom" />;
}
