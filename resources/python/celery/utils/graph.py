"""A graph of what came of what, and its picture in the language of Graphviz: `AsyncResult.graph`.

Celery: celery/utils/graph.py
"""
__all__ = ('DOT', 'CycleError', 'DependencyGraph', 'GraphFormatter')


class DOT:
    """Pieces of the language."""

    HEAD = '\n{IN}{type} {id} {{\n{INp}graph [{attrs}]\n'
    ATTR = '{name}={value}'
    NODE = '{INp}"{0}" [{attrs}]'
    EDGE = '{INp}"{0}" {dir} "{1}" [{attrs}]'
    ATTRSEP = ', '
    DIRS = {'graph': '--', 'digraph': '->'}
    TAIL = '{IN}}}'


class CycleError(Exception):
    """A cycle was detected in an acyclic graph."""


class DependencyGraph:
    """Objects, each with those that it depends on, in the order in which they were added."""

    def __init__(self, it=None, formatter=None):
        self.formatter = formatter or GraphFormatter()
        self.adjacent = {}
        if it is not None:
            self.update(it)

    def add_arc(self, obj):
        self.adjacent.setdefault(obj, [])

    def add_edge(self, A, B):
        """A depends on B."""
        self[A].append(B)

    def connect(self, graph):
        """Takes the nodes of another graph in."""
        self.adjacent.update(graph.adjacent)

    def update(self, it):
        """From pairs of an object and what it depends on."""
        pairs = list(it)
        for obj, _ in pairs:
            self.add_arc(obj)
        for obj, others in pairs:
            for other in others:
                self.add_edge(obj, other)

    def topsort(self):
        """Objects in the order in which they have to be handled; of a circle one stands for all."""
        components = self._components()
        component_of = {node: component for component in components for node in component}
        graph = DependencyGraph()
        for component in components:
            graph.add_arc(component)
        for node, others in self.items():
            for other in others:
                if component_of[node] != component_of[other]:
                    graph.add_edge(component_of[node], component_of[other])
        return [component[0] for component in graph._sorted()]

    def _sorted(self):
        """Kahn's way: what nobody depends on goes last."""
        waited_for = dict.fromkeys(self, 0)
        for others in self.adjacent.values():
            for other in others:
                waited_for[other] += 1
        ready = [node for node, count in waited_for.items() if count == 0]
        found = []
        while ready:
            node = ready.pop()
            found.append(node)
            for other in self[node]:
                waited_for[other] -= 1
                if waited_for[other] == 0:
                    ready.append(other)
        return found[::-1]

    def _components(self):
        """Tarjan's way: tuples of nodes that lead back to each other."""
        found, stack, low = [], [], {}

        def visit(node):
            if node in low:
                return
            number = low[node] = len(low)
            place = len(stack)
            stack.append(node)
            for other in self[node]:
                visit(other)
                low[node] = min(low[node], low[other])
            if number == low[node]:
                component = tuple(stack[place:])
                del stack[place:]
                found.append(component)
                low.update(dict.fromkeys(component, len(self)))

        for node in self:
            visit(node)
        return found

    def valency_of(self, obj):
        """How many edges there are below it."""
        if obj not in self:
            return 0
        return len(self[obj]) + sum(self.valency_of(other) for other in self[obj])

    def edges(self):
        return (obj for obj, others in self.items() if others)

    def to_dot(self, fh, formatter=None):
        """Writes the picture to a file or what is like one."""
        draw = formatter or self.formatter
        seen = set()

        def write(text):
            print(_text(text), file=fh)

        def once(drawn, obj):
            if draw.label(obj) not in seen:
                write(drawn(obj))
                seen.add(draw.label(obj))

        write(draw.head())
        for obj, others in self.items():
            if not others:
                once(draw.terminal_node, obj)
            for other in others:
                once(draw.node, obj)
                write(draw.edge(obj, other))
        write(draw.tail())

    def format(self, obj):
        return self.formatter(obj) if self.formatter else obj

    def items(self):
        return self.adjacent.items()

    iteritems = items

    def __iter__(self):
        return iter(self.adjacent)

    def __getitem__(self, node):
        return self.adjacent[node]

    def __len__(self):
        return len(self.adjacent)

    def __contains__(self, obj):
        return obj in self.adjacent

    def __repr__(self):
        return '\n'.join(self.repr_node(node) for node in self)

    def repr_node(self, obj, level=1, fmt='{0}({1})'):
        lines = [fmt.format(obj, self.valency_of(obj))]
        for other in self[obj] if obj in self else ():
            lines.append('     ' * level + fmt.format(other, self.valency_of(other)))
            lines.extend(self.repr_node(other, level + 1).split('\n')[1:])
        return '\n'.join(lines)


def _text(drawn):
    return drawn.decode() if isinstance(drawn, bytes) else drawn


class GraphFormatter:
    """How nodes and edges are drawn."""

    _attr = DOT.ATTR.strip()
    _node = DOT.NODE.strip()
    _edge = DOT.EDGE.strip()
    _head = DOT.HEAD.strip()
    _tail = DOT.TAIL.strip()
    _attrsep = DOT.ATTRSEP
    _dirs = dict(DOT.DIRS)

    scheme = {'shape': 'box', 'arrowhead': 'vee', 'style': 'filled', 'fontname': 'HelveticaNeue'}
    edge_scheme = {'color': 'darkseagreen4', 'arrowcolor': 'black', 'arrowsize': 0.7}
    node_scheme = {'fillcolor': 'palegreen3', 'color': 'palegreen4'}
    term_scheme = {'fillcolor': 'palegreen1', 'color': 'palegreen2'}
    graph_scheme = {'bgcolor': 'mintcream'}

    def __init__(self, root=None, type=None, id=None, indent=0, inw=' ' * 4, **scheme):
        self.id = id or 'dependencies'
        self.root = root
        self.type = type or 'digraph'
        self.direction = self._dirs[self.type]
        self.IN = inw * (indent or 0)
        self.INp = self.IN + inw
        self.scheme = {**self.scheme, **scheme}
        self.graph_scheme = {**self.graph_scheme, 'root': self.label(self.root)}

    def attr(self, name, value):
        return _text(self.FMT(self._attr, name=name, value=f'"{value}"'))

    def attrs(self, d, scheme=None):
        return self._attrsep.join(self.attr(name, value) for name, value in {**self.scheme, **(scheme or {}), **(d or {})}.items())

    def head(self, **attrs):
        return self.FMT(self._head, id=self.id, type=self.type, attrs=self.attrs(attrs, self.graph_scheme))

    def tail(self):
        return self.FMT(self._tail)

    def label(self, obj):
        return obj

    def node(self, obj, **attrs):
        return self.draw_node(obj, self.node_scheme, attrs)

    def terminal_node(self, obj, **attrs):
        return self.draw_node(obj, self.term_scheme, attrs)

    def edge(self, a, b, **attrs):
        return self.draw_edge(a, b, **attrs)

    def FMT(self, fmt, *args, **kwargs):
        return fmt.format(*args, IN=self.IN, INp=self.INp, **kwargs).encode('utf-8', 'ignore')

    def draw_edge(self, a, b, scheme=None, attrs=None):
        drawn = self.attrs(attrs, scheme if scheme is not None else self.edge_scheme)
        return self.FMT(self._edge, self.label(a), self.label(b), dir=self.direction, attrs=drawn)

    def draw_node(self, obj, scheme=None, attrs=None):
        return self.FMT(self._node, self.label(obj), attrs=self.attrs(attrs, scheme))
