"""The policy on source text: RestrictedPython's transformer, relaxed to what models write; refusals are sentences.

The jail is the boundary. This layer tells the model at once what is not available, and keeps it from tripping over
its own session. What RestrictedPython guards on every item, iteration and call is left out: it carries no policy here.
"""

from __future__ import annotations

import ast
from types import CodeType
from typing import Any

from RestrictedPython import RestrictingNodeTransformer

from engine.sandbox import rules
from engine.sandbox.guards import Refusal
from engine.sandbox.rules import Verdict

_MAX_REASONS = 3


class RefusedCode(Refusal):
    """The code was not run: it uses what is not available here."""


class RelaxedPolicy(RestrictingNodeTransformer):  # type: ignore[misc]
    """Checks names, attributes and imports; rewrites only those that have to be decided while the code runs."""

    # ------------------------------------------------------------------------------------------------ names

    def check_name(self, node: Any, name: str | None, allow_magic_methods: bool = False) -> None:
        del allow_magic_methods  # methods between double underscores are in the table of names
        if name is not None and (refusal := rules.variable(name)):
            self.error(node, refusal)

    def visit_Name(self, node: ast.Name) -> Any:
        self.check_name(node, node.id)
        return node

    def visit_Global(self, node: ast.Global) -> Any:
        for name in node.names:
            self.check_name(node, name)
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> Any:
        for name in node.names:
            self.check_name(node, name)
        return node

    # ------------------------------------------------------------------------------------------- attributes

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        verdict, refusal = rules.attribute(node.attr)
        if verdict is Verdict.REFUSED:
            self.error(node, refusal)
            return node
        node = self.node_contents_visit(node)
        if not isinstance(node.ctx, ast.Load):
            node.value = _call("_write_", node.value, node.value, ast.Constant(node.attr))
            return node
        if verdict is Verdict.PLAIN:
            return node
        return _call("_getattr_", node, node.value, ast.Constant(node.attr))

    def visit_MatchClass(self, node: Any) -> Any:
        for name in node.kwd_attrs:  # they are read without any guard
            if rules.attribute(name)[0] is not Verdict.PLAIN or name.startswith("_"):
                self.error(node, f"A pattern cannot read '.{name}' here.")
        return self.node_contents_visit(node)

    # ---------------------------------------------------------------------------------------------- imports

    def visit_Import(self, node: ast.Import) -> Any:
        statements = []
        for alias in node.names:
            target = alias.asname or alias.name.partition(".")[0]
            self.check_name(node, target)
            whole = ast.keyword("whole", ast.Constant(bool(alias.asname)))
            value = _call("_import_", node, ast.Constant(alias.name), keywords=[whole])
            statements.append(_at(ast.Assign([ast.Name(target, ast.Store())], value), node))
        return statements

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        if node.level or not node.module:
            self.error(node, "Relative imports have nothing to refer to here.")
            return node
        if node.module == "__future__":
            return node
        names = [alias.name for alias in node.names]
        if names == ["*"]:
            return _at(ast.Expr(_call("_star_", node, ast.Constant(node.module))), node)
        for alias in node.names:
            self.check_name(node, alias.asname or alias.name)
        targets: list[ast.expr] = [ast.Name(alias.asname or alias.name, ast.Store()) for alias in node.names]
        wanted = ast.Tuple([ast.Constant(name) for name in names], ast.Load())
        value = _call("_from_", node, ast.Constant(node.module), wanted)
        return _at(ast.Assign([ast.Tuple(targets, ast.Store())], value), node)

    # --------------------------------------------------------------------------------- definitions, handlers

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        self.check_name(node, node.name)
        self.check_function_argument_names(node)
        return self.node_contents_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> Any:
        self.check_name(node, node.name)
        self.check_function_argument_names(node)
        return self.node_contents_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        self.check_name(node, node.name)
        return self.node_contents_visit(node)

    def visit_MatchAs(self, node: Any) -> Any:
        self.check_name(node, node.name)
        return self.node_contents_visit(node)

    def visit_MatchStar(self, node: Any) -> Any:
        self.check_name(node, node.name)
        return node

    def visit_MatchMapping(self, node: Any) -> Any:
        self.check_name(node, node.rest)
        return self.node_contents_visit(node)

    def visit_TryStar(self, node: Any) -> None:
        self.error(node, "'except*' is not available here; use 'except'.")

    def visit_TypeVar(self, node: Any) -> Any:
        self.check_name(node, node.name)
        return self.node_contents_visit(node)

    # ------------------------------------------------------- what RestrictedPython rewrites or refuses for nothing

    def guard_iter(self, node: Any) -> Any:
        return self.node_contents_visit(node)

    def visit_Module(self, node: ast.Module) -> Any:
        return self.node_contents_visit(node)

    def _visit_freely(self, node: Any) -> Any:
        return self.node_contents_visit(node)

    visit_Subscript = visit_Call = visit_Assign = visit_AugAssign = visit_AnnAssign = visit_With = _visit_freely
    visit_Await = visit_AsyncFor = visit_AsyncWith = visit_NamedExpr = visit_ListComp = visit_SetComp = _visit_freely
    visit_GeneratorExp = visit_DictComp = visit_Match = visit_match_case = visit_MatchValue = _visit_freely
    visit_MatchSingleton = visit_MatchSequence = visit_MatchOr = visit_TypeAlias = visit_ParamSpec = _visit_freely
    visit_TypeVarTuple = _visit_freely


def _at(node: Any, place: Any) -> Any:
    return ast.fix_missing_locations(ast.copy_location(node, place))


def _call(function: str, place: Any, *arguments: ast.expr, keywords: list[ast.keyword] | None = None) -> Any:
    return _at(ast.Call(ast.Name(function, ast.Load()), list(arguments), keywords or []), place)


def transform(tree: ast.Module | ast.Expression) -> None:
    """Check a tree and rewrite it in place. Raises RefusedCode with up to three reasons."""
    errors: list[str] = []
    RelaxedPolicy(errors, [], {}).visit(tree)
    if errors:
        raise RefusedCode("\n".join(dict.fromkeys(errors[:_MAX_REASONS])))


def compile_text(source: str, name: str, mode: str) -> CodeType:
    """Compile text that the code hands to eval or exec. Raises SyntaxError, RefusedCode."""
    tree: ast.Module | ast.Expression
    tree = ast.parse(source, name, "eval") if mode == "eval" else ast.parse(source, name)
    transform(tree)
    code: CodeType = compile(tree, name, mode, dont_inherit=True)
    return code
