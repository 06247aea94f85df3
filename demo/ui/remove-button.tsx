/** The button at the end of a row that deletes it. `label` says what it deletes. */
export const RemoveButton = ({ label, remove }: { label: string; remove: () => void }) => (
  <button type="button" className="remove" aria-label={label} onClick={remove}>
    ×
  </button>
);
