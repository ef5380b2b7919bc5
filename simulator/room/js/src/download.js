// A button that hands over a file. The kernel makes the file when it is asked for; nothing is sent before that.
const REVOKE_MS = 60_000; // some browsers read the file only after the click has returned

function render({ model, el }) {
  const button = document.createElement("button");
  const told = document.createElement("span");
  button.type = "button";
  button.className = "jupyter-widgets jupyter-button widget-button sevdrill-download-button";
  told.className = "sevdrill-download-told";
  told.setAttribute("role", "status");
  el.classList.add("sevdrill-download");
  el.append(button, told);

  let asked = ""; // names the request that waits; several pages may show the same button

  function show(state, text) {
    el.dataset.state = state;
    button.disabled = state === "waiting";
    told.textContent = text;
  }
  function onLabel() {
    button.textContent = model.get("label");
    button.title = model.get("about");
  }
  function onClick() {
    asked = `${Date.now()}-${Math.random()}`;
    show("waiting", "Preparing …");
    model.send({ ask: asked });
  }
  function onMessage(message, buffers) {
    if (!message || message.ask !== asked) return;
    asked = "";
    if (message.failed) return show("failed", "It could not be made.");
    const address = URL.createObjectURL(new Blob([buffers[0]], { type: message.mime }));
    const link = document.createElement("a");
    link.href = address;
    link.download = message.name;
    link.hidden = true;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), REVOKE_MS);
    show("done", message.name);
  }

  button.addEventListener("click", onClick);
  model.on("msg:custom", onMessage);
  for (const trait of ["label", "about"]) model.on(`change:${trait}`, onLabel);
  onLabel();
  show("ready", "");

  return () => {
    button.removeEventListener("click", onClick);
    model.off("msg:custom", onMessage);
    for (const trait of ["label", "about"]) model.off(`change:${trait}`, onLabel);
    button.remove();
    told.remove();
  };
}

export default { render };
