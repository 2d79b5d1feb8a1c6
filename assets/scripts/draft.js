// What is typed is kept on the server as a draft, a moment after the last key; while there is no
// connection the page keeps it, says so, tries again, and warns who would leave.

const PAUSE = 1500;
const AGAIN = 4000;

export const keepDrafts = ({ sheet, entries, say, busy }) => {
  let open = false; // something typed that no draft holds yet
  let timer = 0;

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(keep, wait);
  };

  const keep = async () => {
    const form = sheet();
    if (!form || !open || busy()) {
      if (open && busy()) later(AGAIN);
      return;
    }
    open = false;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        body: new URLSearchParams([...entries(form)]),
        headers: { Accept: "application/json" },
      });
      const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      if (busy()) return;
      if (answer.ok && told.at) {
        if (!open) say(`Not saved yet; what you typed is kept as a draft since ${told.at}.`);
        return;
      }
      if (told.said) {
        say(told.said, true);
        return;
      }
      throw new Error(String(answer.status));
    } catch {
      open = true;
      if (!busy()) say("Not saved yet: no connection. This page keeps what you typed and tries again.", true);
      later(AGAIN);
    }
  };

  addEventListener("beforeunload", (event) => {
    if (open || busy()) event.preventDefault();
  });
  addEventListener("online", () => open && later(0));

  return {
    typed: () => {
      open = true;
      later(PAUSE);
    },
    saved: () => {
      open = false;
      clearTimeout(timer);
    },
  };
};
