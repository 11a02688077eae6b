"""no_grad and enable_grad: nested, with exceptions, as decorators, in generators, tasks and threads."""

import asyncio
import inspect
import threading

import numpy as np
import pytest

from autograd import Tensor, enable_grad, no_grad

X = Tensor([1.0, 2.0], requires_grad=True)


def is_recording():
    return (X * 2).requires_grad


@pytest.fixture(autouse=True)
def _mode_is_restored():
    assert is_recording()
    yield
    assert is_recording()


class TestContexts:
    def test_no_grad_records_nothing_and_computes_the_same(self):
        with no_grad():
            y = np.exp(X)
        assert not y.requires_grad
        np.testing.assert_array_equal(y.data, np.exp(X.data))

    def test_nest_and_restore_the_mode_outside(self):
        modes = []
        with no_grad():
            modes.append(is_recording())
            with enable_grad():
                modes.append(is_recording())
                with no_grad():
                    modes.append(is_recording())
                modes.append(is_recording())
            modes.append(is_recording())
        assert modes == [False, True, False, True, False]

    @pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit])
    def test_restore_the_mode_after_an_exception(self, error):
        with pytest.raises(error), no_grad(), enable_grad(), no_grad():
            raise error

    def test_the_same_object_can_be_entered_again_inside_itself(self):
        mode = no_grad()
        with mode:
            with mode:
                assert not is_recording()
            assert not is_recording()

    def test_a_variable_made_under_no_grad_is_a_variable(self):
        with no_grad():
            x = Tensor([1.0], requires_grad=True)
        assert (x * 2).requires_grad

    def test_backward_works_under_no_grad(self):
        x = Tensor([1.0, 2.0], requires_grad=True)
        loss = np.sum(x * x)
        with no_grad():
            loss.backward()
        assert x.grad.tolist() == [2.0, 4.0]


class TestDecorators:
    def test_set_the_mode_during_the_call_only(self):
        assert no_grad()(is_recording)() is False
        with no_grad():
            assert enable_grad()(is_recording)() is True
            assert not is_recording()

    def test_restore_the_mode_when_the_function_raises(self):
        @no_grad()
        def fail():
            raise ValueError("inside")

        with pytest.raises(ValueError, match="inside"):
            fail()

    def test_serve_a_recursive_function(self):
        @no_grad()
        def descend(depth):
            return not is_recording() and (depth == 0 or descend(depth - 1))

        assert descend(5)

    def test_pass_arguments_result_name_and_docstring(self):
        @no_grad()
        def scale(x, *, factor=2):
            """Times a factor."""
            return x * factor

        assert scale(3, factor=5) == 15
        assert (scale.__name__, scale.__doc__) == ("scale", "Times a factor.")

    def test_serve_methods(self):
        class Model:
            @no_grad()
            def mode(self):
                return is_recording()

        assert Model().mode() is False


class TestGenerators:
    def test_run_each_step_in_the_mode_and_give_the_callers_back_in_between(self):
        @no_grad()
        def steps():
            yield is_recording()
            yield is_recording()

        generator = steps()
        assert next(generator) is False
        assert is_recording()
        with enable_grad():
            assert next(generator) is False
            assert is_recording()

    def test_two_of_them_interleave(self):
        @no_grad()
        def silent():
            while True:
                yield is_recording()

        @enable_grad()
        def loud():
            while True:
                yield is_recording()

        pairs = [(next(a), next(b)) for a, b in [(silent(), loud())] for _ in range(3)]
        assert pairs == [(False, True)] * 3

    def test_receive_sent_values_and_return_theirs(self):
        @no_grad()
        def accumulate():
            total = 0
            for _ in range(2):
                total += yield is_recording()
            return total

        generator = accumulate()
        assert next(generator) is False
        assert generator.send(10) is False
        with pytest.raises(StopIteration) as stop:
            generator.send(5)
        assert stop.value.value == 15

    def test_receive_thrown_exceptions_in_the_mode(self):
        @no_grad()
        def recover():
            try:
                yield "waiting"
            except ValueError:
                yield is_recording()

        generator = recover()
        next(generator)
        assert generator.throw(ValueError) is False

    def test_clean_up_in_the_mode_when_closed(self):
        modes = []

        @no_grad()
        def clean():
            try:
                yield
            finally:
                modes.append(is_recording())

        generator = clean()
        next(generator)
        generator.close()
        assert modes == [False]

    def test_abandoned_ones_leave_the_callers_mode_alone(self):
        @no_grad()
        def steps():
            yield
            yield

        generator = steps()
        next(generator)
        del generator
        assert is_recording()

    def test_remain_generator_functions_to_those_who_ask(self):
        @no_grad()
        def steps():
            yield

        assert inspect.isgeneratorfunction(steps)


class TestConcurrency:
    def test_every_task_has_its_own_mode(self):
        async def silent(entered, leave):
            with no_grad():
                entered.set()
                await leave.wait()
                return is_recording()

        async def main():
            entered, leave = asyncio.Event(), asyncio.Event()
            task = asyncio.create_task(silent(entered, leave))
            await entered.wait()
            outside = is_recording()
            leave.set()
            return outside, await task

        assert asyncio.run(main()) == (True, False)

    def test_a_decorated_coroutine_keeps_its_mode_over_an_await(self):
        @no_grad()
        async def silent():
            before = is_recording()
            await asyncio.sleep(0)
            return before, is_recording()

        async def main():
            task = asyncio.create_task(silent())
            await asyncio.sleep(0)
            return is_recording(), await task

        assert inspect.iscoroutinefunction(silent)
        assert asyncio.run(main()) == (True, (False, False))

    def test_a_decorated_asynchronous_generator_runs_in_the_mode(self):
        @no_grad()
        async def steps():
            yield is_recording()
            await asyncio.sleep(0)
            yield is_recording()

        async def main():
            return [(inside, is_recording()) async for inside in steps()]

        assert asyncio.run(main()) == [(False, True), (False, True)]

    def test_every_thread_starts_recording_and_has_its_own_mode(self):
        inside, done = threading.Event(), threading.Event()
        modes = {}

        def silent():
            modes["start"] = is_recording()
            with no_grad():
                inside.set()
                done.wait()
                modes["inside"] = is_recording()

        with no_grad():
            thread = threading.Thread(target=silent)
            thread.start()
            inside.wait()
            with enable_grad():
                modes["outside"] = is_recording()
            done.set()
            thread.join()
        assert modes == {"start": True, "inside": False, "outside": True}
