// Passkeys: the button appears where the browser knows them. Every other way in works without this file.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function post(address, token, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body ?? {}),
  });
  if (answer.redirected) {
    window.location.assign(answer.url); // the password is asked for once more
    return null;
  }
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.problem ?? "");
  return told;
}

const identified = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

async function signIn(button) {
  const options = await post(button.dataset.options, button.dataset.token);
  const credential = await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: identified(options.allowCredentials) },
  });
  const { authenticatorData, clientDataJSON, signature, userHandle } = credential.response;
  return post(button.dataset.passkeySignIn, button.dataset.token, {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: {
      authenticatorData: text(authenticatorData),
      clientDataJSON: text(clientDataJSON),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    },
  });
}

async function add(button) {
  const options = await post(button.dataset.options, button.dataset.token);
  if (!options) return null;
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: identified(options.excludeCredentials),
    },
  });
  const name = document.getElementById("passkey-name").value;
  return post(`${button.dataset.passkeyAdd}?nom=${encodeURIComponent(name)}`, button.dataset.token, {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: {
      attestationObject: text(credential.response.attestationObject),
      clientDataJSON: text(credential.response.clientDataJSON),
      transports: credential.response.getTransports?.() ?? [],
    },
  });
}

async function run(button, act) {
  const problem = button.closest("[data-passkey]").querySelector("[data-passkey-problem]");
  problem.hidden = true;
  button.disabled = true;
  try {
    const told = await act(button);
    if (told) window.location.assign(told.next);
  } catch (error) {
    if (error.name === "NotAllowedError") return; // the reader changed their mind
    problem.textContent = error instanceof DOMException ? problem.dataset.failed : error.message || problem.dataset.failed;
    problem.hidden = false;
  } finally {
    button.disabled = false;
  }
}

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-passkey-missing]")) part.hidden = true;
  for (const button of document.querySelectorAll("[data-passkey-sign-in]")) {
    button.addEventListener("click", () => run(button, signIn));
  }
  for (const button of document.querySelectorAll("[data-passkey-add]")) {
    button.addEventListener("click", () => run(button, add));
  }
}
