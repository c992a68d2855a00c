// A supplier who is told of a change, and has no account.
import { enter, holds, personOf } from "./world.mjs";

/** Tells the maker of a motor what of theirs changes, and from which day on. */
export async function toldASupplier(world, from) {
  const tab = await enter(world, personOf(world, "ada"));
  const send = async (method, address, data) => {
    const answer = await tab.request.fetch(address, { method, data });
    holds(answer.ok(), `${address} answers ${answer.status()}: ${await answer.text()}`);
    return answer.json();
  };
  const organisation = (await send("GET", "/api/v1/customers?q=Voltaro")).items[0].number;
  const { number: change } = await send("POST", "/api/v1/changes", { title: "Motor VM-63-4 replaced by VM-63-5" });
  const { number } = await send("POST", `/api/v1/changes/${change}/notices/add`,
    { organisation, side: "supplier", reason: "They make the motor that follows." });
  const words = "The drive motor VM-63-4 of our pump KD-20 is replaced by your VM-63-5. From the day below on we order the new motor only; what we ordered before stays as it is.";
  await send("POST", `/api/v1/change-notices/${number}/prepare`, { words, effective_on: from });
  await send("POST", `/api/v1/change-notices/${number}/issue`, {});
  await tab.context().close();
}
