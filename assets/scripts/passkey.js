// Passkeys: a form with data-passkey is shown where the browser can use one, and filled by it.
// "sign-in" asks the server for the options first; "use" and "add" have them in data-options.

const said = (form, text) => {
  form.querySelector("[data-said]").textContent = text;
};

const options = async (form) => {
  if (form.dataset.options) return JSON.parse(form.dataset.options).publicKey;
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).request_options.publicKey;
};

const credential = async (form) => {
  const given = await options(form);
  if (form.dataset.passkey !== "add") {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(given) });
  }
  const alone = form.elements.passwordless?.checked ?? false;
  given.authenticatorSelection = {
    ...given.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone && { userVerification: "required" }),
  };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(given) });
};

if (window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      said(form, "Waiting for your passkey…");
      try {
        form.elements.credential.value = JSON.stringify((await credential(form)).toJSON());
        form.submit();
      } catch {
        said(form, "The passkey was not used. Try again, or choose another way.");
      }
    });
  }
} else {
  for (const place of document.querySelectorAll("[data-no-passkey]")) place.hidden = false;
}
