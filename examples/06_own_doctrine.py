"""A firing doctrine of your own, beside ours: in a layer without geometry, and in a battle.

In a package of your own, two lines of its pyproject.toml make its name known to every scenario file:

    [project.entry-points."hoplon.doctrines"]
    cautious = "my_package:Cautious"
"""

import dataclasses

import hoplon
from hoplon.command.doctrine import Barrage, ShootLookShoot, ShootShootLook
from hoplon.command.doctrine_door import make_doctrine, register
from hoplon.engagement import fight, prepare
from hoplon.engagement.layer import Layer
from hoplon.engagement.layer_expected import expected
from hoplon.interceptor.kill import CommonMode, KillPosterior


class Cautious:
    """Shoot-look-shoot, with a second shot at once as long as more than half of the stock is left."""

    def __init__(self, most=2):
        self.most = most

    def shots_now(self, state):
        """Return how many interceptors to launch at this threat now."""
        rich = 2 * state.around.stock > state.around.loaded
        return max(0, (self.most if rich else 1) - (state.fired - state.looked))


def main():
    """Compare doctrines exactly in a layer of Wilkening's kind, then fight one battle with ours."""
    register("cautious", Cautious)
    print("10 warheads, 20 interceptors, kill probability 0.7, tracked and told apart with 0.99")
    doctrines = {
        "barrage": Barrage(warheads=10),
        "shoot_look_shoot": ShootLookShoot(),
        "shoot_shoot_look": ShootShootLook(),
        "cautious": make_doctrine("cautious", {"most": 2}),
    }
    for name, doctrine in doctrines.items():
        layer = Layer(
            threats=10,
            interceptors=20,
            doctrine=doctrine,
            kill=KillPosterior.certain(0.7),
            common=CommonMode(track=0.99),
            volleys=2,
        )
        found = expected(layer)
        print(
            f"{name:16} P(no leaker) {found.no_leaker_probability:.3f}, leakage "
            f"{found.leakage:.3f}, {found.interceptors_used:.1f} used, {found.wasted:.1f} of them wasted"
        )
    ready = prepare(hoplon.load("one-on-one"))
    battle = fight(dataclasses.replace(ready, doctrine=make_doctrine("cautious", {"most": 3})), seed=1, run=0)
    print(f"one-on-one: {battle.outcomes[0].shots} shots, {battle.outcomes[0].outcome}")


if __name__ == "__main__":
    main()
