// Runs before the first paint: says that scripts work, and settles "as the device prefers" into light or dark.
"use strict";
(() => {
  const page = document.documentElement;
  page.dataset.ysJs = "";
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
  const settle = () => {
    if (page.dataset.ysTheme === "system") page.dataset.bsTheme = prefersDark.matches ? "dark" : "light";
  };
  settle();
  prefersDark.addEventListener("change", settle);
})();
