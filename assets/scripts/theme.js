// The theme changes at once; the form behind the buttons keeps it without this script too.
document.addEventListener("submit", (sent) => {
  const theme = sent.submitter?.name === "theme" ? sent.submitter.value : null;
  if (!theme) return;
  sent.preventDefault();
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  for (const button of sent.target.querySelectorAll("[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
});
