"""The kernel wall as an import-linter contract: kernels may import what is listed, and nothing else.

import-linter has contracts that forbid, none that allows a list only, and a list of what is forbidden
would have to name everything that nobody has thought of yet.
"""

from __future__ import annotations

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class KernelWall(Contract):
    """Modules with a given last name import only what is allowed, and modules of that last name."""

    kernel_prefix = fields.StringField()
    allowed = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every direct import of every kernel module.

        Parameters
        ----------
        graph : ImportGraph
            With external packages in it.
        verbose : bool
            Unused: the check is instant.

        Returns
        -------
        ContractCheck
        """
        allowed = self.allowed
        prefix = self.kernel_prefix

        def is_kernel(module: str) -> bool:
            return module.rpartition(".")[2].startswith(prefix)

        kernels = sorted(filter(is_kernel, graph.modules))
        breaches = [
            (importer, imported)
            for importer in kernels
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if imported not in allowed and not is_kernel(imported)
        ]
        return ContractCheck(
            kept=bool(kernels) and not breaches, metadata={"breaches": breaches, "n": len(kernels)}
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which kernel imports what it must not know.

        Parameters
        ----------
        check : ContractCheck
            The failed check.
        """
        if not check.metadata["n"]:
            output.print_error(
                f"No module named {self.kernel_prefix}* was found: the contract guards nothing."
            )
        for importer, imported in check.metadata["breaches"]:
            output.print_error(
                f"{importer} is not allowed to import {imported}: kernels know floats and arrays."
            )
